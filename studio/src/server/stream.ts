/** Whether events arrive: they do, the browser tries to connect, or they do not. */
export type Connection = 'live' | 'connecting' | 'lost';

/** How long to wait before a new source, in milliseconds. */
const PAUSE = 3000;

/** Handlers of the events of a source, by type. */
export type Listeners<Events> = {
  readonly [Type in keyof Events]?: (data: Events[Type]) => void;
};

/**
 * Listens to server-sent events until the returned function is called. A browser resumes a source
 * that lost its connection by itself; one that the browser gave up is made anew.
 */
export function listen<Events>(
  path: string,
  listeners: Listeners<Events>,
  onConnection: (connection: Connection) => void = () => {},
): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    onConnection('connecting');
    source = new EventSource(path);
    source.onopen = () => onConnection('live');
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return onConnection('connecting');
      onConnection('lost');
      timer = setTimeout(open, PAUSE);
    };
    for (const type of Object.keys(listeners) as (keyof Events & string)[]) {
      source.addEventListener(type, ({ data }: MessageEvent<string>) =>
        listeners[type]?.(JSON.parse(data)),
      );
    }
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
