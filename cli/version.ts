/** The version of this installation. */
import workspace from './package.json' with { type: 'json' };

export const VERSION: string = workspace.version;
