/** Which cluster, project or stack a later step of an action works on. */
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../helpers/verifies.ts';
import { judged, PROJECT, scored, type Machine } from './world.ts';

const inCluster = (context: string): Machine => ({ ...PROJECT, kube: { context } });
const ON_PRODUCTION = 'kubectl --context prod delete pod x';
const ON_A_LAPTOP = 'kubectl --context minikube delete pod x';

describe(verifies('judge:earlier-selections'), () => {
  test.each([
    'kubectl config use-context prod',
    'kubectl config --kubeconfig k use-context prod',
    'kubectl config set-context --current --namespace=prod',
    'kubectx prod',
    'kubens prod',
    'oc project prod',
    'aws eks update-kubeconfig --region r --name prod-1',
    'gcloud container clusters get-credentials prod-1 --zone z',
    'az aks get-credentials -g group -n prod-1',
    'kubectl config use-context "$C"',
  ])('%s: what follows is on production, however the two are joined', (before) => {
    for (const joint of [' && ', '; ', ' || true; ', '\n'])
      expect(scored(`${before}${joint}kubectl delete pod x`, inCluster('minikube'))).toBe(scored(ON_PRODUCTION));
  });

  test('a cluster to try things on counts only when it was certainly selected', () => {
    const select = 'kubectl config use-context minikube';
    expect(scored(`${select} && kubectl delete pod x`, inCluster('prod'))).toBe(scored(ON_A_LAPTOP));
    expect(scored(`cd . && ${select} && echo && kubectl delete pod x`, inCluster('prod'))).toBe(scored(ON_A_LAPTOP));
    for (const source of [
      `${select}; kubectl delete pod x`,
      `${select} || kubectl delete pod x`,
      `${select} | cat && kubectl delete pod x`,
      `! ${select} && kubectl delete pod x`,
      `(${select}; true) && kubectl delete pod x`,
      `f() { ${select} || true; }; f && kubectl delete pod x`,
    ])
      expect(scored(source, inCluster('prod')), source).toBe(scored(ON_PRODUCTION));
  });

  test('what the command itself names counts before all', () => {
    expect(scored(`kubectl config use-context prod && ${ON_A_LAPTOP}`, inCluster('prod'))).toBe(scored(ON_A_LAPTOP));
  });

  test.each([
    ['gcloud config set project shop-prod', 'gcloud compute instances delete web'],
    ['az account set --subscription shop-prod', 'az vm delete -n web'],
    ['pulumi stack select prod', 'pulumi destroy --yes'],
    ['export AWS_PROFILE=prod', 'aws ec2 terminate-instances --instance-ids i'],
    ['terraform workspace select prod', 'terraform destroy'],
  ])('%s', (before, source) => {
    const environments = judged(`${before}; ${source}`).effects.map(({ attributes }) => attributes.environment);
    expect(environments).toContain('production');
    expect(scored(`${before} && ${source}`)).toBeGreaterThanOrEqual(scored(source));
  });
});
