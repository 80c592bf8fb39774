/** The page that is written when the site is built. */
export const GENERATED = 'docs/site/generated/sidecar.md';

/**
 * Sections of the site in the order of its menu. A page is a Markdown file of the repository and the
 * name under which the menu lists it.
 */
export const SECTIONS = [
  {
    title: 'Use',
    pages: [
      ['docs/install.md', 'Install'],
      ['docs/quickstart.md', 'Quickstart'],
      ['docs/bring-your-own-dataset.md', 'Your own data set'],
      ['docs/pretrained-roots.md', 'Pretrained roots'],
      ['docs/branches.md', 'Branches'],
      ['docs/devices.md', 'Devices and memory'],
      ['docs/pictures.md', 'Pictures'],
      ['docs/serving.md', 'Serving predictions'],
      ['docs/studio.md', 'Studio'],
      ['docs/stores.md', 'Where the weights are'],
      ['docs/pool.md', 'A pool that runs share'],
      ['docs/launchers.md', 'Workers of a pool'],
      ['docs/tpu-vm.md', 'Cloud TPU VMs'],
      ['docs/ray-cluster.md', 'Ray clusters'],
      ['docs/security.md', 'Security'],
      ['docs/reliability.md', 'Reliability'],
      ['docs/observability.md', 'Observability'],
    ],
  },
  {
    title: 'Method',
    pages: [
      ['docs/method.md', 'The method'],
      ['docs/glossary.md', 'Glossary'],
      ['docs/deviations.md', 'Deviations'],
    ],
  },
  {
    title: 'Experiments',
    pages: [
      ['docs/tasks.md', 'Catalogue of tasks'],
      ['docs/experiments.md', 'Configurations'],
      ['docs/benchmarks.md', 'Benchmarks'],
      ['docs/evolution-against-fine-tuning.md', 'Evolution and fine-tuning'],
      ['docs/claim/earlier.md', 'Earlier comparisons'],
      ['docs/claims.md', 'Claims of the papers'],
    ],
  },
  {
    title: 'Reference',
    pages: [
      ['docs/sweeps.md', 'Sweeps'],
      ['docs/taking-records-out.md', 'Taking records out'],
      ['docs/record.md', 'The record'],
      ['docs/events.md', 'Events'],
      ['docs/protocol.md', 'The protocol'],
      ['protocol/README.md', 'The wire in detail'],
      ['docs/protocol-reference.md', 'Messages and requests'],
    ],
  },
  {
    title: 'Design',
    pages: [
      ['ARCHITECTURE.md', 'Architecture'],
      ['docs/design/engine.md', 'Engine'],
      ['docs/design/state.md', 'State'],
      ['docs/design/pool.md', 'Standing pool'],
      ['docs/design/branches.md', 'Branches'],
      ['docs/design/images.md', 'Images'],
      [GENERATED, 'Packages of the sidecar'],
    ],
  },
  {
    title: 'Project',
    pages: [
      ['examples/README.md', 'Examples'],
      ['CONTRIBUTING.md', 'Contributing'],
      ['docs/checkpoint-tests.md', 'Tests of model files'],
      ['CHANGELOG.md', 'Changelog'],
      ['THIRD_PARTY.md', 'Licences of other packages'],
    ],
  },
];

/** The page that the site opens with. */
export const HOME = 'docs/index.md';

/** Files and folders that the site does not show, and the pages to which links to them lead. */
export const STAND_INS = { 'README.md': HOME, configs: 'docs/experiments.md' };
