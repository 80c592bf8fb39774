/** Describes the software of a worker; the null pool, which only simulates, has none. */
export function softwareText(versions: Readonly<Record<'sidecar' | 'python' | 'jax', string>>) {
  const { sidecar, python, jax } = versions;
  if (sidecar === 'null') return 'simulated';
  return `sidecar ${sidecar}, Python ${python}, JAX ${jax}`;
}
