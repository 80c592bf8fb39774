const minute = 60_000;

/** A moment as people name it: `08:15`, or `28 Nov, 08:15` on another day. */
export function moment(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === now.toDateString()) return time;
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${time}`;
}

/** How long ago a moment was: `just now`, `5 min ago`; the moment itself after an hour. */
export function ago(iso: string, now = new Date()): string {
  const passed = now.getTime() - new Date(iso).getTime();
  if (passed < minute) return 'just now';
  return passed < 60 * minute ? `${Math.floor(passed / minute)} min ago` : moment(iso, now);
}
