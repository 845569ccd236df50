import { drive } from './drive.ts';
import { codex } from './with/codex.ts';

drive(codex);
