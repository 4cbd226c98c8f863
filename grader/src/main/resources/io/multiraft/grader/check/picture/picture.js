'use strict';
// The page can be read without this: it brings the contradiction into view, zooms, and shows what the pointer is on.
for (const frame of document.querySelectorAll('.frame')) {
  const chart = frame.querySelector('.chart');
  const width = Number(chart.getAttribute('width'));
  let zoom = 1;
  const show = () => {
    const wrong = frame.querySelector('.op.wrong');
    if (wrong) {
      const box = wrong.getBoundingClientRect();
      const outer = frame.getBoundingClientRect();
      frame.scrollLeft += box.left + box.width / 2 - (outer.left + outer.width * 0.6);
      frame.scrollTop += box.top - (outer.top + outer.height / 2);
    }
  };
  const set = (next) => {
    zoom = Math.min(3, Math.max(0.05, next));
    const height = Number(chart.getAttribute('height'));
    chart.style.width = width * zoom + 'px';
    chart.style.height = height + 'px';
    chart.setAttribute('preserveAspectRatio', 'none');
    chart.classList.toggle('small', zoom < 0.6);
  };
  const zoomAround = (next, at) => {
    const before = (frame.scrollLeft + at) / zoom;
    set(next);
    frame.scrollLeft = before * zoom - at;
  };
  const controls = document.createElement('div');
  controls.className = 'zoom';
  const button = (text, title, act) => {
    const made = document.createElement('button');
    made.textContent = text;
    made.title = title;
    made.onclick = act;
    controls.append(made);
  };
  button('−', 'smaller', () => zoomAround(zoom / 1.4, frame.clientWidth / 2));
  button('+', 'larger', () => zoomAround(zoom * 1.4, frame.clientWidth / 2));
  button('⇔', 'all of it', () => set((frame.clientWidth - 110) / width));
  button('✗', 'back to the contradiction', () => { set(1); show(); });
  if (chart.getBoundingClientRect().width > frame.clientWidth || width > 1200) {
    frame.before(controls);
  }
  frame.addEventListener('wheel', (event) => {
    if (event.ctrlKey) {
      event.preventDefault();
      zoomAround(zoom * (event.deltaY < 0 ? 1.2 : 1 / 1.2), event.clientX - frame.getBoundingClientRect().left);
    }
  }, { passive: false });
  show();
  const fold = frame.closest('details');
  if (fold) {
    fold.addEventListener('toggle', show);
  }
}
const panel = document.getElementById('details');
const shown = (event) => {
  const operation = event.target.closest && event.target.closest('.op');
  panel.hidden = !operation;
  if (operation) {
    panel.textContent = operation.querySelector('title').textContent;
  }
};
document.addEventListener('pointerover', shown);
document.addEventListener('focusin', shown);
