// Opens the sections of the menu once it is there; the API, which is long, stays as it is.
const menu = document.getElementById('tsd-nav-container');

function openSections() {
  const sections = [...menu.querySelectorAll(':scope > li > details')];
  for (const section of sections) {
    if (section.querySelector(':scope > summary a') === null) section.open = true;
  }
  menu.querySelector('a.current')?.scrollIntoView({ block: 'nearest' });
  return sections.length > 0;
}

if (menu && !openSections()) {
  const observer = new MutationObserver(() => {
    if (openSections()) observer.disconnect();
  });
  observer.observe(menu, { childList: true, subtree: true });
}
