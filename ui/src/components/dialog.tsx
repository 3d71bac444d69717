import type { JSX } from 'solid-js';
import { onDemand } from './on-demand.tsx';

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  lead?: JSX.Element;
  /** Buttons at the foot; the primary one last. */
  actions?: JSX.Element;
  wide?: boolean;
  children?: JSX.Element;
}

/** A window over the page: traps the focus, closes by Escape and outside, gives the focus back. On a phone from below. */
export const Dialog = onDemand<DialogProps>(() => import('./dialog-window.tsx'));
