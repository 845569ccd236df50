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
  'operations:doctor-green': 'doctor finds nothing wrong on a fresh machine and proves interception through its shells',
  'operations:doctor-changes-nothing': 'doctor changes no file',
  'operations:doctor-together': 'checks that all wait for the same one are one line',
  'operations:doctor-isolated': 'a check that fails to look is a failure of that check alone',
  'operations:doctor-daemon-down': 'doctor names a daemon that is down or hangs, and its remedy mends it',
  'operations:doctor-path': 'doctor names guarded tools that are not first in PATH, and its remedy mends it',
  'operations:doctor-client':
    'doctor names a native client that is missing, spoilt or cannot run, and its remedy mends it',
  'operations:doctor-client-version': 'doctor names a native client of another version, and its remedy mends it',
  'operations:doctor-folders': 'doctor names folders and keys that are open to others, and its remedy mends it',
  'operations:doctor-socket': 'doctor names a socket that was replaced, and its remedy mends it',
  'operations:doctor-policy': 'doctor names a policy file that does not load with line and column',
  'operations:doctor-trace': 'doctor names the frame from which a changed trace does not hold',
  'operations:doctor-space': 'doctor names a disk that is full or read-only',
  'operations:doctor-client-conf': 'doctor names settings of native clients that are open or not those of the daemon',
  'operations:doctor-approver': 'doctor says that nobody can approve, and its remedy mends it',
  'operations:doctor-shell': 'doctor names the one shell whose start files undo the interception',
  'operations:doctor-keychain': 'doctor says what it means that there is no keychain',
  'operations:doctor-service': 'doctor names a service of another installation, and its remedy mends it',
  'operations:canary-spoof': 'doctor takes for a proof only what a child of its own shell asked, once and in its words',
  'operations:completion': 'bash, zsh and fish complete commands, options, values and the ids of what waits',
  'operations:problems-end': 'a problem that is over leaves the status by itself',
} as const;
