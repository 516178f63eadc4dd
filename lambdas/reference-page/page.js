// The document lies beside the page, wherever the API is deployed.
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#reference',
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: 'list',
  filter: true,
  displayOperationId: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  showExtensions: false,
  tryItOutEnabled: false,
  // A credential stays in the page's memory, and is gone when the page is.
  persistAuthorization: false,
  validatorUrl: null,
})
