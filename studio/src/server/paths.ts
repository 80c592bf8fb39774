const part = encodeURIComponent;
const ofRun = (run: string) => `/api/runs/${part(run)}`;

/** The routes of the server. */
export const paths = {
  overview: '/api/overview',
  folderEvents: '/api/events',
  pool: '/api/pool',
  run: ofRun,
  runEvents: (run: string) => `${ofRun(run)}/events`,
  picture: (run: string, kind: string) => `${ofRun(run)}/pictures/${part(kind)}`,
  drawing: (run: string, kind: string, theme: string) =>
    `${ofRun(run)}/pictures/${part(kind)}.svg?theme=${theme}`,
  children: (run: string, since = 0) =>
    `${ofRun(run)}/children${since > 0 ? `?since=${since}` : ''}`,
  child: (run: string, path: number) => `${ofRun(run)}/children/${path}`,
  graph: (run: string) => `${ofRun(run)}/graph`,
  workers: (run: string) => `${ofRun(run)}/workers`,
  task: (run: string, task: string) => `${ofRun(run)}/tasks/${part(task)}`,
  examination: (run: string, task: string) => `${ofRun(run)}/tasks/${part(task)}/examination`,
  examinationEvents: (run: string, task: string) =>
    `${ofRun(run)}/tasks/${part(task)}/examination/events`,
  compare: (systems: readonly string[]) =>
    `/api/compare?${systems.map((run) => `run=${part(run)}`).join('&')}`,
} as const;
