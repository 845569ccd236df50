/** Infrastructure as code: terraform, tofu, pulumi, and configuration management. */
import type { Catalog, Rule } from './entry.ts';
import { both, does, draft, flag, has, operandText, when, writes } from './rules.ts';
import { operands, paths } from './targets.ts';
import { callEnvironment, serviceAttributes } from './verbs.ts';

const OPTIONS = 'target= var= var-file= state= out= chdir= replace= lock= parallelism= backend-config= auto-approve destroy refresh-only input='; // prettier-ignore
const looks = does('infra.read');
const whole = { environment: callEnvironment, force: flag('auto-approve', 'force') } as const;
const destroys = does('infra.destroy', operands('resource'), {
  ...whole,
  bulk: (call) => !has('target')(call) || undefined,
});
const forgets = does('infra.destroy', operands('resource'), { environment: callEnvironment, force: flag('force') });

const TERRAFORM: Catalog = {
  'plan show validate output graph providers version get test console metadata login logout modules': { effects: when(has('destroy'), looks, looks) }, // prettier-ignore
  fmt: { effects: looks },
  init: { options: 'upgrade reconfigure migrate-state force-copy', effects: both(looks, does('package.install')) },
  apply: { effects: when(has('destroy'), destroys, does('infra.change', operands('resource'), whole)) },
  destroy: { effects: destroys },
  'import refresh taint untaint': { effects: does('infra.change', operands('resource'), whole) },
  'force-unlock': { effects: does('infra.change', operands('resource'), { force: true }) },
  state: { effects: looks, commands: { 'rm push': { effects: forgets }, 'mv replace-provider': { effects: does('infra.change', operands('resource')) } } }, // prettier-ignore
  workspace: { effects: looks, commands: { delete: { effects: forgets }, 'new select': { effects: looks } } },
};

const runsPlaybook: Rule = (call) => {
  if (has('check', 'syntax-check', 'list-hosts', 'list-tasks')(call)) return [draft('infra.read')];
  return [
    draft('infra.change', paths()(call), serviceAttributes(call)),
    draft('code.run', paths()(call), { remote: true }),
  ];
};

export const infra: Catalog = {
  'terraform tofu terragrunt': { options: OPTIONS, style: 'long', commands: TERRAFORM, effects: does('infra.change') },
  pulumi: {
    options: 's|stack= C|cwd= y|yes f|skip-preview t|target= m|message=',
    effects: does('infra.change', undefined, { environment: callEnvironment }),
    commands: {
      'preview pre logs about version whoami config org schema console policy': { effects: looks },
      'up update refresh import watch': { effects: does('infra.change', operands('resource'), { environment: callEnvironment, force: flag('yes', 'skip-preview') }) }, // prettier-ignore
      'destroy down': { effects: does('infra.destroy', operands('resource'), { environment: callEnvironment, force: flag('yes', 'skip-preview'), bulk: (call) => !has('target')(call) || undefined }) }, // prettier-ignore
      stack: { effects: looks, commands: { 'rm remove': { options: 'f|force', effects: forgets }, 'init select': { effects: looks } } }, // prettier-ignore
      state: { effects: does('infra.change'), commands: { delete: { effects: forgets } } },
    },
  },
  'cdk cdktf sst serverless sls sam copilot amplify': {
    options: 'f|force require-approval= stage= s= profile= a= c= y|yes n= stack=',
    effects: looks,
    commands: {
      'deploy up push publish import rollback': { effects: does('infra.change', operands('resource'), { environment: callEnvironment, force: flag('force', 'yes') }) }, // prettier-ignore
      'destroy remove delete': { effects: does('infra.destroy', operands('resource'), { environment: callEnvironment, force: flag('force', 'yes') }) }, // prettier-ignore
    },
  },
  'ansible-playbook ansible salt puppet chef-client': { options: 'i|inventory= l|limit= e|extra-vars= t|tags= m= a= C|check b|become u= syntax-check list-hosts list-tasks', effects: runsPlaybook }, // prettier-ignore
  'ansible-galaxy ansible-pull': {
    options: 'U|url= f|force r= p=',
    effects: when(({ operation }) => operation.program === 'ansible-pull', does('code.opaque', operands('resource')), does('package.install', operands('package', 1))),
    commands: { 'list info search init build verify': { effects: looks }, 'publish import': { effects: does('package.publish', operands('package'), { remote: true }) } },
  }, // prettier-ignore
  'packer vagrant': {
    options: 'f|force y',
    effects: looks,
    commands: { 'build up provision reload': { effects: does('infra.change', operands('resource')) }, destroy: { effects: does('infra.destroy', operands('resource'), { force: flag('force', 'y'), environment: 'local' }) } }, // prettier-ignore
  },
  'tflint tfsec checkov infracost terraform-docs': { effects: [looks, when((call) => operandText(call, 0) === 'fix', writes(paths(1)))] }, // prettier-ignore
};
