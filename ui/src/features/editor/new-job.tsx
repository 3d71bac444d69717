import { useLocation } from '@solidjs/router';
import { begunWith } from './begun.ts';
import { Editor } from './editor.tsx';

export function NewJob() {
  return <Editor loaded={null} begun={begunWith(useLocation().state)} />;
}
