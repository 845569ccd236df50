/** Behaviours promised by operations. */
export const operations = {
  'operations:service-life':
    'as a service the daemon has a clean environment, comes back after a crash, and stays down after `down`',
  'operations:service-shim':
    'a native client starts the daemon through its service, not at all after `down`, and uninstall takes the service away',
  'operations:service-stale': 'a service of another installation is noticed, passed by, and renewed',
  'operations:down-hung': 'a daemon that hangs is named by `up` and ended by `down`',
  'operations:unit': 'systemd finds no fault in the unit, whatever the paths hold',
  'operations:launch-agent': 'the LaunchAgent is a property list with the paths as they are',
  'operations:launchctl': 'the LaunchAgent is loaded, stopped and started again',
} as const;
