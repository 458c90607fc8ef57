// Draws the API reference with Redoc. HEAD stands beside every GET in the document; here it would only repeat it.
const address = new URL('openapi.json', document.baseURI).href;
const answer = await fetch(address);
const description = await answer.json();
for (const path of Object.values(description.paths)) delete path.head;
const family = 'system-ui, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const mono = 'ui-monospace, Menlo, Consolas, monospace';
window.Redoc.init(
  description,
  {
    downloadUrls: [{ title: 'openapi.json', url: address }],
    expandResponses: '200,201',
    hideHostname: true,
    nativeScrollbars: true,
    sortRequiredPropsFirst: false,
    theme: {
      colors: { primary: { main: '#0b5563' }, text: { primary: '#1d2329' } },
      sidebar: { backgroundColor: '#faf8f4', textColor: '#1d2329' },
      rightPanel: { backgroundColor: '#1d2a2e' },
      typography: {
        fontFamily: family,
        fontSize: '16px',
        lineHeight: '1.6',
        headings: { fontFamily: family, fontWeight: '600' },
        code: { fontFamily: mono, color: '#8a1f3d', backgroundColor: '#f6f3ec' },
        links: { color: '#0b5563' },
      },
    },
  },
  document.getElementById('reference'),
);
