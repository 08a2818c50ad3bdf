// Keeps the last good copy of the pages that were read, and shows it when the network is gone.
// The page says how old it is; what moderators and reporters see is never kept.
"use strict";
const STORE = "copies-1";
const PRIVATE = /\/(moderation|login|logout|notices|reports\/new|reports\/status|api|metrics|healthz|readyz)\b/;
const PATIENCE = 6000;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const store = await caches.open(STORE);
  await store.addAll(["/"].map((path) => new Request(path, { cache: "reload" }))).catch(() => {});
  await self.skipWaiting();
})()));
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== STORE) await caches.delete(name);
  await self.clients.claim();
})()));

async function copied(request) {
  const store = await caches.open(STORE);
  const found = (await store.match(request, { ignoreVary: true })) || (await store.match("/", { ignoreVary: true }));
  if (!found) return null;
  const text = (await found.text()).replace("<body", '<body data-copy="1"');
  return new Response(text, { headers: found.headers });
}

async function page(event) {
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.ok && !answer.redirected) {
      const store = await caches.open(STORE);
      await store.put(event.request, answer.clone());
      const kept = await store.keys();
      for (const old of kept.slice(0, Math.max(0, kept.length - 30))) await store.delete(old);
    }
    return answer;
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(() => copied(event.request));
  try {
    return (await Promise.race([fresh, late])) || (await fresh);
  } catch {
    return (await copied(event.request)) || Response.error();
  }
}

async function asset(request) {
  const store = await caches.open(STORE);
  const found = await store.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await store.put(request, answer.clone());
  return answer;
}

self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon: "/static/icon.svg", data: url }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || PRIVATE.test(url.pathname)) return;
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(event.request));
});
