import { editor } from './en/editor.ts';
import { room } from './words.ts';

export const editorText = room(editor, () => import('./de/editor.ts').then((german) => german.editor));
