import { launcherConformance } from '../pool/conformance.js';

launcherConformance('the local launcher', {
  setUp: () => ({ launcher: 'local', workers: 2, environment: { JAX_PLATFORMS: 'cpu' } }),
  refusals: [
    {
      what: 'a Python that does not run',
      change: {},
      environment: { MU2NET_PYTHON: '/no/such/python' },
      code: 'PYTHON_MISSING',
      message: /^group some: \/no\/such\/python does not run as Python; correct MU2NET_PYTHON/,
    },
  ],
});
