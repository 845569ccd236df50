import { drive } from './drive.ts';
import { opencode } from './with/opencode.ts';

drive(opencode);
