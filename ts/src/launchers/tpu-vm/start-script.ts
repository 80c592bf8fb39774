import { quote } from '../hosts/quote.js';
import type { HostGroup } from '../hosts/scripts.js';

/**
 * Returns the script that a machine runs as root whenever it starts. The first time, it makes sure
 * that Python can make environments; after a restart, it starts the workers that were there again.
 * It holds no key, because everyone in the project can read it.
 */
export function machineStartScript({ pool, group }: HostGroup): string {
  const folder = quote(`.mu2net/pools/${pool}/${group}`);
  return `#!/bin/sh
python3 -c 'import ensurepip, venv' 2>/dev/null || {
  apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y python3-venv
}
for home in /home/*; do
  for folder in "$home"/${folder}/*/; do
    [ -f "$folder/run" ] || continue
    user=$(stat -c %U "$folder")
    su "$user" -c "cd && umask 077 && setsid sh '\${folder}run' </dev/null >>'\${folder}log' 2>&1 &"
  done
done
`;
}
