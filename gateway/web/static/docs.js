// Starts the viewer on this gateway's own description; nothing here reaches another host.
"use strict";

const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => root.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#viewer",
  deepLinking: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // A token is forgotten with the page.
  persistAuthorization: false,
  // The viewer would otherwise send the description to its makers' validator.
  validatorUrl: null,
});
