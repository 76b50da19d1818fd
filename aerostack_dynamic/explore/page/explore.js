// The page: shows the document with Swagger UI, and has each call made by the client behind the page.
"use strict";

(async () => {
  const KEPT = "aerostack-explore";
  const given = location.hash.slice(1);
  if (/^[\w-]{43}$/.test(given)) {
    // Out of sight, and of the history; the tab keeps it for when the page is loaded again.
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", "/");
  }
  const token = sessionStorage.getItem(KEPT) ?? "";
  const viewer = document.getElementById("viewer");

  const say = (sentences) => {
    const notes = document.getElementById("notes");
    notes.replaceChildren(
      ...sentences.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })),
    );
    if (sentences.length) {
      const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close" });
      close.addEventListener("click", () => notes.replaceChildren());
      notes.append(close);
    }
  };

  const ours = (address) => new URL(address, location.href).origin === location.origin;

  const requestInterceptor = (request) => {
    if (request.loadSpec) {
      if (!ours(request.url)) throw new Error("only files in the document's folder are read");
      return { ...request, headers: { ...request.headers, "Explore-Token": token } };
    }
    say([]);
    const call = encodeURIComponent(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
    const headers = { "Explore-Token": token, "Explore-Call": call };
    const type = request.headers["Content-Type"] ?? request.headers["content-type"];
    if (type && !(request.body instanceof FormData)) headers["Content-Type"] = type;
    return { ...request, url: `${location.origin}/call`, method: "POST", headers };
  };

  const responseInterceptor = (response) => {
    const told = response.headers["explore-answer"];
    if (!told) return response;
    const answer = JSON.parse(decodeURIComponent(told));
    say(answer.notes);
    response.headers = answer.headers;
    response.status = answer.status || "none";
    response.statusText = answer.reason;
    response.ok = answer.status >= 200 && answer.status < 300;
    return response;
  };

  const answer = await fetch("/settings", { headers: { "Explore-Token": token } });
  if (!answer.ok) {
    viewer.textContent = await answer.text();
    viewer.className = "refused";
    return;
  }
  const settings = await answer.json();
  document.title = `${settings.title} ${settings.version}`;
  document.getElementById("server").textContent = settings.server;
  document.getElementById("transport").textContent = settings.transport;
  document.getElementById("by").hidden = !settings.transport;
  document.getElementById("where").hidden = false;
  SwaggerUIBundle({
    domNode: viewer,
    url: settings.document,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: settings.listed ? "list" : "none",
    filter: !settings.listed,
    queryConfigEnabled: false,
    showMutatedRequest: false,
    validatorUrl: null,
    requestInterceptor,
    responseInterceptor,
  });
})();
