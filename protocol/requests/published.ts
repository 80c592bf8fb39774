import { z } from 'zod';
import { trainedComponent } from '../values/component.js';
import { componentName, storeUrl, text } from '../values/scalars.js';

const rows = z.array(z.record(z.string(), z.string()));

export const publishedRequest = z
  .strictObject({
    kind: z.literal('published'),
    store: storeUrl,
    directory: text.describe('Folder of a system; of mu2Net.ipynb also one of its states.'),
    agent: text
      .nullable()
      .describe('Agent whose part to read; null: the whole system, or the names of its agents.'),
  })
  .meta({
    id: 'PublishedRequest',
    description:
      "Stores the components of a system that the papers' notebooks saved, and reads its tables.",
  });

export const publishedState = z
  .strictObject({
    config: text.describe('File of the configuration.'),
    agent: text.nullable().describe('Agent that saved it; null: the notebook has no agents.'),
    living: rows.describe('Living paths; with agents, those of this agent.'),
    sampled: rows.describe("All paths ever sampled; with agents, those of this agent's cycle."),
  })
  .meta({ id: 'PublishedState', description: 'A state that a notebook saved, as its tables.' });

export const publishedComponent = z
  .strictObject({ ...trainedComponent.shape, id: text.describe('Id in the states.') })
  .meta({ id: 'PublishedComponent', description: 'A stored component of a published system.' });

export const publishedResult = z
  .strictObject({
    kind: z.literal('published'),
    agents: z.array(text).describe('Agents to ask for one by one; empty: this result is complete.'),
    states: z
      .array(publishedState)
      .describe("The latest state, or with an agent, those of the agent's cycles in order."),
    names: z
      .record(z.string(), componentName)
      .describe('Names of components by id, living or not, as far as the tables have them.'),
    components: z.array(publishedComponent).describe('Components of living paths.'),
  })
  .meta({ id: 'PublishedResult', description: 'A published system, or its agents.' });
