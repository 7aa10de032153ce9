import type { Resource } from '../operation';
import { invitation } from './invitation';

/** Everything the node can do, in the order it is offered. */
export const resources: readonly Resource[] = [invitation];
