// Draws the API reference with Redoc. HEAD stands beside every GET in the document; here it would only repeat it.
const answer = await fetch('openapi.json');
const description = await answer.json();
for (const path of Object.values(description.paths)) delete path.head;
const quiet = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
window.Redoc.init(
  description,
  { expandResponses: '200,201', hideHostname: true, nativeScrollbars: quiet, pathInMiddlePanel: true },
  document.getElementById('reference'),
);
