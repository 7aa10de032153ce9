import type { Resource } from '../operation';
import { autojoin } from './autojoin';
import { invitation } from './invitation';
import { token } from './token';
import { webhook } from './webhook';

/** Everything the node can do, in the order it is offered; the first one is chosen at the start. */
export const resources: readonly Resource[] = [invitation, autojoin, token, webhook];
