import { drive } from './drive.ts';
import { openclaw } from './with/openclaw.ts';

drive(openclaw);
