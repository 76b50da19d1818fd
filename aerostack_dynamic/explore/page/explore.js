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

  // What the viewer reads by itself: the document and its files. It may read no others, and above all make no calls by
  // references in a document that lead to the server.
  const requestInterceptor = (request) => {
    if (request.userFetch === makeCall) return request;
    const address = new URL(request.url, location.href);
    if (address.origin !== location.origin || !address.pathname.startsWith("/document/")) {
      throw new Error("only files in the document's folder are read");
    }
    return { ...request, headers: { ...request.headers, "Explore-Token": token } };
  };

  // A call that a person asks for. How the viewer would send it is told aside; where to, is the client's.
  const makeCall = (url, request) => {
    say([]);
    const call = { method: request.method, url, headers: request.headers };
    const headers = { "Explore-Token": token, "Explore-Call": encodeURIComponent(JSON.stringify(call)) };
    const type = request.headers["Content-Type"] ?? request.headers["content-type"];
    if (type) headers["Content-Type"] = type;
    return fetch("/call", { method: "POST", headers, body: request.body });
  };
  const callsByClient = {
    statePlugins: {
      spec: { wrapActions: { executeRequest: (original) => (request) => original({ ...request, userFetch: makeCall }) } },
    },
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
    plugins: [callsByClient],
    layout: "BaseLayout",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: settings.listed ? "list" : "none",
    filter: !settings.listed,
    queryConfigEnabled: false,
    showMutatedRequest: false,
    supportedSubmitMethods: settings.methods,
    validatorUrl: null,
    requestInterceptor,
    responseInterceptor,
  });
})();
