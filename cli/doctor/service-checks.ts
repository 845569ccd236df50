/** The service that keeps the daemon running. */
import { serviceStatus } from '../service/service.ts';
import { fail, ok, skipped, warn, type Check } from './check.ts';

export const SERVICE_CHECKS: readonly Check[] = [
  {
    id: 'service.unit',
    group: 'Daemon',
    async look({ context }) {
      const service = await serviceStatus(context);
      if (service.kind === 'none') return skipped(service.reason);
      if (service.kind === 'absent') return skipped('not a service; `countersign service install` starts it at login');
      if (service.stale) return fail(`${service.file} starts another installation or version`, 'countersign service install');
      return ok(service.file);
    },
  },
  {
    id: 'service.running',
    group: 'Daemon',
    needs: ['service.unit'],
    async look({ context, health }) {
      const service = await serviceStatus(context);
      if (service.kind !== 'installed') return skipped('not a service');
      if (!service.answers) return skipped(service.words);
      const pid = await health().then((answer) => answer.pid, () => undefined);
      if (pid === undefined) return skipped('the daemon does not answer');
      if (service.pid === pid) return ok(`the service runs the daemon (pid ${pid})`);
      return warn(`the daemon (pid ${pid}) was not started by its service, which is ${service.words}`, 'countersign service install');
    },
  },
]; // prettier-ignore
