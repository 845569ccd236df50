/** Behaviours promised by native. */
export const native = {
  'native:contract': 'the contract of the wire says of every example whether it is valid',
  'native:replies': 'the shim runs on allow and compute, and denies on anything it does not understand',
  'native:faithful': 'the tool gets the very arguments that were judged, whatever their bytes and size',
  'native:lost': 'a connection that breaks before a verdict denies in enforce mode and runs in observe mode',
  'native:unreachable': 'without a daemon only what looks runs in enforce mode, and all in observe mode',
  'native:not-found': 'a tool that does not exist is reported as a shell would',
  'native:start-files': 'start files get one block however often, and uninstall leaves them byte for byte as they were',
} as const;
