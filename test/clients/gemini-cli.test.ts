import { drive } from './drive.ts';
import { geminiCli } from './with/gemini-cli.ts';

drive(geminiCli);
