/** The version clients and the trace see. */
export const VERSION = '0.1.0';
