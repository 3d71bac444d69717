import { Editor } from './editor.tsx';

export function NewJob() {
  return <Editor loaded={null} />;
}
