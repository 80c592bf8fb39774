import { expect, test } from 'vitest';
import { Feed } from './feed.js';

test('a feed gives what came after an event, as long as it is kept', () => {
  const feed = new Feed();
  const start = feed.lastId;
  for (let nth = 0; nth < 10; nth++) feed.publish('event', nth);
  const dataAfter = (id: string | null) => feed.after(id)?.map(({ data }) => data);
  expect(dataAfter(start)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(dataAfter(feed.after(start)?.[6]?.id ?? null)).toEqual([7, 8, 9]);
  expect(dataAfter(feed.lastId)).toEqual([]);
  expect([feed.after(null), feed.after('other'), feed.after(new Feed().lastId)]).toEqual([
    null,
    null,
    null,
  ]);
  for (let nth = 0; nth < 4000; nth++) feed.publish('event', nth);
  expect(feed.after(start)).toBeNull();
});

test('a listener hears what comes after it, until it leaves', () => {
  const feed = new Feed();
  const heard: unknown[] = [];
  feed.publish('event', 1);
  const leave = feed.listen(({ data }) => heard.push(data));
  feed.publish('event', 2);
  leave();
  feed.publish('event', 3);
  expect(heard).toEqual([2]);
});
