/** Options shared by every command that decides. */
import { AS_OPTION, PASSPHRASE_OPTION } from '../keys/passphrase.ts';

export const DECIDING_OPTIONS = { ...PASSPHRASE_OPTION, ...AS_OPTION } as const;
