/** The version every assessment names; it changes whenever the same input may be judged differently. */
export const ENGINE_VERSION = '2';
