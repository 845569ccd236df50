import { expect, test } from 'vitest';

import { WireReply, WireRequest } from '../../../protocol/wire.ts';
import { contract } from './wire-examples.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('native:contract'), () => {
  for (const { name, valid, message } of contract.requests)
    expect(WireRequest.safeParse(message).success, name).toBe(valid);
  for (const { name, valid, message } of contract.replies)
    expect(WireReply.safeParse(message).success, name).toBe(valid);
});
