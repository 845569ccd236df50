/** A function that asks before it runs, without any framework. */
import { Denied, guard } from '@countersign/sdk';

import { deleteCustomer } from './customers.ts';

const guarded = guard(deleteCustomer, { name: 'delete_customer', agent: 'support', parameters: ['id'] });

for (const id of [7, 8]) {
  try {
    console.log(await guarded(id));
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    console.log(`the model is told: ${error.reason}`);
  }
}
