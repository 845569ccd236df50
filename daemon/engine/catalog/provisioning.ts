/** Machines started from the command line: how many, and about what they cost by the hour. */
import type { EffectAttributes } from '../../../protocol/effect.ts';
import type { EffectDraft } from '../types.ts';
import type { Call, Rule } from './entry.ts';
import { hourlyCost } from './machine-cost.ts';
import { optionText } from './rules.ts';

/** Options of clouds' clients that name a machine, an accelerator or a number of them. */
export const MACHINE_OPTIONS =
  'instance-type= machine-type= size= vm-size= node-vm-size= node-type= vm-sku= sku= accelerator= accelerators= gpu-type= gpu= gpus= count= instance-count= num-nodes= node-count= nodes= num-instances= desired-capacity= desired-count= min-size= max-size= replicas= workers= num-workers= target-size= image-id= image=';

const TYPES = ['instance-type', 'machine-type', 'vm-size', 'node-vm-size', 'node-type', 'vm-sku', 'sku', 'size'];
const COUNTS = ['count', 'instance-count', 'num-nodes', 'node-count', 'nodes', 'num-instances', 'max-size', 'desired-capacity', 'desired-count', 'target-size', 'replicas', 'workers', 'num-workers']; // prettier-ignore
const STARTS = /^(?:run-instances|create-fleet|request-spot-(?:instances|fleet)|create|scale|resize|launch|start|up|deploy|update-auto-scaling-group|create-auto-scaling-group|set-desired-capacity|create-nodegroup|create-cluster|create-training-job|create-endpoint(?:-config)?|run-job-flow|update-service|add)$/; // prettier-ignore

/** `--count 2:10` asks for up to ten; `type=nvidia-h100,count=8` names accelerators of each machine. */
function numberIn(text: string | undefined): number | undefined {
  const digits = /(\d{1,6})$/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function machines(call: Call): EffectAttributes {
  const count = COUNTS.map((name) => numberIn(optionText(call, name))).find((value) => value !== undefined);
  const accelerator = optionText(call, 'accelerator', 'accelerators', 'gpu-type', 'gpu');
  const cost = hourlyCost({
    type: TYPES.map((name) => optionText(call, name)).find((value) => value !== undefined),
    accelerator: accelerator?.replace(/,?count=\d+/, ''),
    accelerators: numberIn(/count=\d+/.exec(accelerator ?? '')?.[0]) ?? numberIn(optionText(call, 'gpus')),
    count,
  });
  return { ...(count === undefined ? {} : { count }), ...(cost === undefined ? {} : { hourlyCost: cost }) };
}

/** Adds to what a client changes how many machines that starts. */
export function priced(rule: Rule): Rule {
  return (call) => {
    const effects = rule(call);
    if (!call.args.operands.some(({ text }) => STARTS.test(text))) return effects;
    const found = machines(call);
    return effects.map((effect): EffectDraft => (/^(?:cloud|cluster)\.change$/.test(effect.kind) ? { ...effect, attributes: { ...effect.attributes, ...found } } : effect)); // prettier-ignore
  };
}
