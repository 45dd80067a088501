// Shows the OpenAPI document. Each operation has an anchor, such as #/account/Public_Api_Account_Create; links as
// Swagger UI made them before, with #!/ instead of #/, lead to the same place.
"use strict";

function mendAnchor() {
  if (location.hash.startsWith("#!/")) {
    history.replaceState(null, "", "#/" + location.hash.slice(3));
    return true;
  }
  return false;
}

mendAnchor();
addEventListener("hashchange", () => {
  // Swagger UI looks for its place when it starts.
  if (mendAnchor()) location.reload();
});

SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#operations",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  // Nobody else is asked whether the document is valid.
  validatorUrl: null,
});
