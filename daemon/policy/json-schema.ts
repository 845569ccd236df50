/** The JSON Schemas of policy files and of the tests beside them, for editors. */
import { z } from 'zod';

import { DecisionTests } from './decision-tests.ts';
import { PolicyFile } from './schema.ts';

export function policySchema(): object {
  return { title: 'Countersign policy', ...z.toJSONSchema(PolicyFile, { io: 'input' }) };
}

export function testsSchema(): object {
  return { title: 'Countersign decision tests', ...z.toJSONSchema(DecisionTests, { io: 'input' }) };
}
