import { z } from 'zod';

// The parts of the shapes of this folder. Programs may rely on these shapes of --json.
export const fraction = z.number().min(0).max(1);

export const count = z.int().min(0);

export const time = z.iso.datetime();

export const size = z.strictObject({ store: count, rest: count, total: count });

export const interval = z.tuple([z.number(), z.number()]);
