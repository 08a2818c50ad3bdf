"""Texts made to break what goes out."""

HOSTILE = [
    "plain words",
    "]]><script>alert(1)</script><![CDATA[",
    "&lt;b&gt; & &amp; <b> \"quoted\" 'so'",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "control\x01\x0b\x0c\x1f\x7f\x85\ufffe\uffff characters",
    "bidi \u202eesrever\u202c \u2066x\u2069",
    "emoji 🔌⚡️👩‍🔧 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "слово " * 1700,
    'line\nbreak, "comma"; semi\r\n\ttab',
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "{{ 7 * 7 }} {% raw %}",
    "../../etc/passwd\\x00",
]
