import { quote } from './quote.js';
import type { Wheel } from './wheel.js';

/** How the sidecar is installed on a host. */
export interface Installation {
  /** The Python from which the environment is made. */
  readonly python: string;
  readonly extras: readonly string[];
}

/** The environment of an installation on its host, as a POSIX shell reads it. */
function environmentText({ digest }: Wheel, { extras }: Installation): string {
  return `"$HOME"/.mu2net/sidecar/${[digest, ...[...extras].sort()].join('-')}`;
}

/** The Python of an installation on its host, as a POSIX shell reads it. */
export function pythonText(wheel: Wheel, installation: Installation): string {
  return `${environmentText(wheel, installation)}/bin/python`;
}

/** The file that an environment has when everything is in it. */
const STAMP = '.complete';

/** Returns the script that prints `installed` if everything is there, or else `missing`. */
export function probeScript(wheel: Wheel, installation: Installation): string {
  const python = quote(installation.python);
  return `set -u
command -v ${python} >/dev/null || { echo "there is no command ${installation.python}; set python to a Python 3.11 or newer" >&2; exit 1; }
${python} -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "${installation.python} is older than Python 3.11; set python to a newer one" >&2; exit 1; }
if [ -e ${environmentText(wheel, installation)}/${STAMP} ]; then echo installed; else echo missing; fi
`;
}

/** Returns the script that installs the wheel and what it needs; it carries the wheel itself. */
export function installScript(wheel: Wheel, installation: Installation): string {
  const environment = environmentText(wheel, installation);
  const extras = installation.extras.length > 0 ? `[${installation.extras.join(',')}]` : '';
  return `set -eu
umask 077
environment=${environment}
[ -e "$environment/${STAMP}" ] && exit 0
mkdir -p "\${environment%/*}"
draft=$(mktemp -d "$environment.XXXXXX")
trap 'rm -rf "$draft"' EXIT
echo "making an environment"
${quote(installation.python)} -m venv "$draft/venv"
base64 -d > "$draft/${wheel.name}" <<'MU2NET_WHEEL'
${wheel.bytes.toString('base64').replace(/.{76}/g, '$&\n')}
MU2NET_WHEEL
cat > "$draft/lock.txt" <<'MU2NET_LOCK'
${wheel.lock}
MU2NET_LOCK
cat > "$draft/constraints.txt" <<'MU2NET_CONSTRAINTS'
${wheel.constraints}
MU2NET_CONSTRAINTS
install() { "$draft/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-compile "$@"; }
echo "installing the packages of the sidecar"
install --require-hashes --no-deps -r "$draft/lock.txt"
echo "installing ${wheel.name}"
install -c "$draft/constraints.txt" "$draft/${wheel.name}${extras}"
touch "$draft/venv/${STAMP}"
rm -rf "$environment"
mv "$draft/venv" "$environment"
echo "installed ${wheel.name}"
`;
}
