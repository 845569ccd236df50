import { drive } from './drive.ts';
import { copilotCli } from './with/copilot-cli.ts';

drive(copilotCli);
