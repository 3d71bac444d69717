import { CopyLine } from './copy-line.tsx';

/** A command line to type on the box. */
export const Command = (props: { children: string }) => <CopyLine value={props.children} />;
