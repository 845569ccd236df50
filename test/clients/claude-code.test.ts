import { drive } from './drive.ts';
import { claudeCode } from './with/claude-code.ts';

drive(claudeCode);
