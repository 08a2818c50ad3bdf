"""Notices to browsers: only the device reads them, only named services are called, and who is gone is forgotten."""

import base64
import json

import make
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from out.receivers import Clock, Web
from out.telling import tell

from tracker import store
from tracker.alerts import Alerts
from tracker.alerts.push import Push, encrypt


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Device:
    """A browser that made a subscription, and can read what is sent to it."""

    def __init__(self, endpoint):
        self.endpoint, self.auth = endpoint, b"sixteen bytes ok"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, **more):
        keys = {"p256dh": text(self.public), "auth": text(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys, **more}

    def read(self, body):
        salt, own, sealed = body[:16], body[21:86], body[86:]
        peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), own)
        shared = self.key.exchange(ec.ECDH(), peer)
        base = derive(self.auth, b"WebPush: info\0" + self.public + own, 32, shared)
        key = derive(salt, b"Content-Encoding: aes128gcm\0", 16, base)
        nonce = derive(salt, b"Content-Encoding: nonce\0", 12, base)
        return json.loads(AESGCM(key).decrypt(nonce, sealed, None).removesuffix(b"\2"))


def derive(salt, info, length, key):
    return HKDF(hashes.SHA256(), length, salt, info).derive(key)


@pytest.fixture
def web():
    web = Web()
    web.checked = False
    yield web
    web.close()


@pytest.fixture
def push_app(build):
    app = build(PUSH_SERVICES="127.0.0.1 *.push.example", SECRET_KEY="k" * 40)
    with app.app_context():
        yield app


def test_the_words_are_sealed_as_the_standard_shows():
    """The example of RFC 8291, appendix A."""
    own = ec.derive_private_key(
        int.from_bytes(data("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    public = data("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
    auth, salt = data("BTBZMqHH6r4Tts7J_aSIgg"), data("DGv6ra1nlYgDCS1FRnbzlw")
    assert text(encrypt(b"When I grow up, I want to be a watermelon", public, auth, own, salt)) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_device_is_rung_for_its_region_and_forgotten_when_its_reader_ends_it(push_app, web):
    clock, device, client = Clock("09:00"), Device(web.url), push_app.test_client()
    alerts = Alerts(push_app, clock)
    assert Push(push_app.config).public in client.get("/en/subscribe").text
    answer = client.post("/en/notices/push", json=device.subscription(region="UA-63", service=""))
    assert answer.status_code == 201
    alerts.run()
    tell(make.claim(evidence="no light"), at="10:00")
    tell(make.claim(region="UA-59", evidence="elsewhere"), at="10:00")
    clock.to("10:05")
    assert alerts.run() == 1
    told = device.read(web.bodies[0])
    assert told["title"] == "Electricity, Kharkiv Oblast: Disrupted"
    assert "no light" in told["body"] and "elsewhere" not in told["body"]
    assert told["url"] == "https://outages.example/en/incidents/UA-63-electricity-2022-09-12"
    assert client.post(f"/en/notices/end/{answer.json['id']}").status_code == 200
    assert store.alerts.subscribers() == ()


def test_the_push_service_is_shown_who_sends(push_app):
    push = Push(push_app.config)
    proof = push._pass("https://a.push.example/x", make.moment("10:00"))
    token, key = (part.split("=", 1)[1] for part in proof.removeprefix("vapid ").split(", "))
    assert key == push.public
    head, claims, signature = token.split(".")
    assert json.loads(data(claims))["aud"] == "https://a.push.example"
    numbers = [int.from_bytes(data(signature)[start : start + 32], "big") for start in (0, 32)]
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data(key))
    public.verify(utils.encode_dss_signature(*numbers), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(push_app, web, status):
    clock, web.status = Clock("09:00"), status
    alerts = Alerts(push_app, clock)
    push_app.test_client().post("/notices/push", json=Device(web.url).subscription())
    alerts.run()
    tell(make.claim(evidence="no light"), at="10:00")
    clock.to("10:05")
    alerts.run()
    assert web.asked == 1 and store.alerts.subscribers() == ()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://push.evil.example/x",
        "https://push.example/x",
        "https://a.push.example:8443/x",
        "http://a.push.example/x",
        "https://me@a.push.example/x",
        "https://a.push.example@169.254.169.254/x",
        "https://[/x",
        "file:///etc/passwd",
        "https://a.push.example/" + "x" * 2000,
    ],
)
def test_nobody_makes_us_call_another_address(push_app, endpoint):
    answer = push_app.test_client().post("/notices/push", json=Device(endpoint).subscription())
    assert answer.status_code == 400 and store.alerts.subscribers() == ()


@pytest.mark.parametrize("body", [b"", b"[]", b'{"endpoint": "https://a.push.example/x"}', b'{"endpoint":1,"keys":{}}'])
def test_what_is_no_subscription_is_refused(push_app, body):
    answer = push_app.test_client().post("/notices/push", data=body, content_type="application/json")
    assert answer.status_code == 400 and store.alerts.subscribers() == ()
    assert (
        push_app.test_client().post("/notices/push", data=Device("https://a.push.example/x").subscription()).status_code
        == 400
    )


def test_an_odd_choice_of_region_chooses_all(push_app):
    odd = Device("https://a.push.example/x").subscription(region=["UA-63"], service={"a": 1})
    assert push_app.test_client().post("/notices/push", json=odd).status_code == 201
    (device,) = store.alerts.subscribers()
    assert device.regions == device.services == ()


def test_without_a_push_service_nothing_is_offered(client):
    assert client.post("/notices/push", json=Device("https://a.push.example/x").subscription()).status_code == 404
    assert 'id="bell"' not in client.get("/subscribe").text
