/** Returns the process ids in the messages of a local pool, in the order of starts. */
export function parsePids(messages: readonly string[]): readonly number[] {
  return messages.flatMap((message) => {
    const match = /starts as process (\d+)/.exec(message);
    return match ? [Number(match[1])] : [];
  });
}

/** Returns the id of the process that a local pool started last, by its messages. */
export function lastPid(messages: readonly string[]): number {
  const pid = parsePids(messages).at(-1);
  // Process 0 would be every process of the test itself.
  if (pid === undefined) throw new Error('the pool has started no process');
  return pid;
}
