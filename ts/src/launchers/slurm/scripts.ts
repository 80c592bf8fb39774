import { quote, quoteAll } from '../hosts/quote.js';
import { groupFolder, type HostGroup, type HostProcess, runText } from '../hosts/scripts.js';
import type { LaunchedWorker } from '../launcher.js';

/**
 * Returns the beginning of all scripts. A worker has a folder, which only the user can read and
 * every node sees; `jobs` lists the user's jobs.
 */
function prelude(group: HostGroup): string {
  return `set -u
umask 077
for tool in sbatch squeue scancel; do
  command -v "$tool" >/dev/null || { echo "there is no command $tool on the PATH" >&2; exit 127; }
done
group=${groupFolder(group)}
jobs=$(squeue --me --noheader --format='%j|%i|%T|%N|%r') || exit 1
job_of() { printf '%s\\n' "$jobs" | grep -F "$1|" | grep -v -F '|COMPLETING|' | tail -n 1; }
`;
}

/** Returns the script that submits a job for each worker that has none. */
export function submitScript(
  group: HostGroup,
  processes: readonly HostProcess[],
  job: Job,
): string {
  return `${prelude(group)}
${processes.map((process) => submitText(process, job)).join('')}`;
}

/** The resources of a worker's job. */
export interface Job {
  /** Options of sbatch. */
  readonly options: readonly string[];
  /** Number of its tasks, which are a worker together. */
  readonly hosts: number;
}

/** The first of the two ports at which the tasks of a job meet; jobs may share a node. */
const FIRST_PORT = 20_000;

/** Returns the arguments of a task of a job; Slurm sets the variables. */
export function taskWords(hosts: number): string {
  if (hosts === 1) return '';
  return ` --hosts ${hosts} --host "$SLURM_PROCID" --first-host "$MU2NET_FIRST_HOST"`;
}

/** Returns the script of a job, which the first of its nodes runs. */
function jobText(hosts: number): string {
  if (hosts === 1) return 'exec srun';
  return `first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export MU2NET_FIRST_HOST="$first:$((${FIRST_PORT} + 2 * (SLURM_JOB_ID % 5000)))"
exec srun --kill-on-bad-exit=1`;
}

function submitText(process: HostProcess, { options, hosts }: Job): string {
  const name = quote(process.name);
  return `folder="$group"/${name}
if [ -z "$(job_of ${name})" ]; then
mkdir -p "$folder" || exit 1
cat > "$folder/run" <<'${END}'
${runText(process)}
${END}
cat > "$folder/batch" <<'${END}'
#!/bin/sh
${jobText(hosts)} sh "$1"
${END}
sbatch --parsable --job-name=${name} --output="$folder/log" --open-mode=append ${quoteAll(options)} \\
  "$folder/batch" "$folder/run" >"$folder/job" || { rm -rf "$folder"; exit 1; }
fi
`;
}

const END = 'MU2NET_END_OF_SCRIPT';

/** Returns the options of sbatch, as a person would write them. */
export function sbatchOptions(config: {
  readonly hosts: number;
  readonly partition: string | null;
  readonly account: string | null;
  readonly time: string | null;
  readonly cpus: number | null;
  readonly memory: string | null;
  readonly gpus: number;
  readonly options: readonly string[];
}): readonly string[] {
  const { hosts, partition, account, time, cpus, memory, gpus, options } = config;
  const given = { partition, account, time, 'cpus-per-task': cpus, mem: memory };
  const words = Object.entries(given).flatMap(([name, value]) =>
    value === null ? [] : [`--${name}=${value}`],
  );
  const nodes = hosts > 1 ? [`--nodes=${hosts}`] : [];
  const graphics = gpus > 0 ? [`--gpus${hosts > 1 ? '-per-node' : ''}=${gpus}`] : [];
  return [`--ntasks=${hosts}`, ...nodes, ...words, ...graphics, ...options];
}

/** Returns the script that lists workers: name, job, and the last line of the log, by tabs. */
export function listScript(group: HostGroup): string {
  return `${prelude(group)}
for folder in "$group"/*/; do
  folder=\${folder%/}
  [ -d "$folder" ] || continue
  printf '%s\\t%s\\t%s\\n' "\${folder##*/}" "$(job_of "\${folder##*/}")" \\
    "$(tail -n 1 "$folder/log" 2>/dev/null | tr '\\t' ' ')"
done
`;
}

const RUNNING = ['RUNNING', 'CONFIGURING'];

/** Reads the answer to {@link listScript}. */
export function readWorkers(answer: string): readonly LaunchedWorker[] {
  return answer
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length === 3)
    .map(([name = '', job = '', lastLine = '']): LaunchedWorker => {
      const [, id = '', state = '', node = '', reason = ''] = job.split('|');
      if (job === '') {
        return { name, state: 'ended', place: '', detail: `its log ends with: ${lastLine}` };
      }
      return RUNNING.includes(state)
        ? { name, state: 'running', place: node, detail: `job ${id}` }
        : { name, state: 'waiting', place: node, detail: `job ${id} is ${state}: ${reason}` };
    });
}

/** Seconds that jobs have to end. */
const END_SECONDS = 60;

/** Returns the script that cancels jobs, by worker or all of the group, and removes their folders. */
export function cancelScript(group: HostGroup, names?: readonly string[]): string {
  const folders = names?.map((name) => `"$group"/${quote(name)}`).join(' ') ?? '"$group"/*/';
  return `${prelude(group)}
for folder in ${folders}; do
  folder=\${folder%/}
  [ -d "$folder" ] && scancel --user="$(id -un)" --name="\${folder##*/}"
done
left=${END_SECONDS}
for folder in ${folders}; do
  folder=\${folder%/}
  [ -d "$folder" ] || continue
  while [ -n "$(squeue --me --noheader --name="\${folder##*/}" --format=%i)" ] && [ "$left" -gt 0 ]; do
    left=$((left - 1)); sleep 1
  done
  rm -rf "$folder"
done
rmdir "$group" 2>/dev/null
rmdir "\${group%/*}" 2>/dev/null
exit 0
`;
}
