/** `countersign policy schema`: the JSON Schema of policy files, for editors. */
import { policySchema, testsSchema } from '../../daemon/policy/json-schema.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

export const policySchemaCommand: Command = {
  usage: ['policy schema', 'policy schema --tests'],
  about:
    'Prints the JSON Schema of policy files. An editor that knows YAML then completes and checks what you write:\n' +
    'put `# yaml-language-server: $schema=./policy.schema.json` at the top of a file beside it.',
  options: { tests: { type: 'boolean', help: 'of the decision tests instead' } },
  examples: ['countersign policy schema > policy.schema.json'],
  async run(input, context) {
    context.print(JSON.stringify(input.flag('tests') ? testsSchema() : policySchema(), null, 2));
    return EXIT.ok;
  },
};
