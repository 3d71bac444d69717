import type { JSX } from 'solid-js';
import { onDemand } from './on-demand.tsx';

export interface ConfirmPart {
  label: string;
  items: readonly string[];
}

export interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children?: JSX.Element;
  goes?: ConfirmPart;
  stays?: ConfirmPart;
  /** Says what it does: "Delete backup", never "OK". */
  action: string;
  /** Closed when it resolves; what it throws is shown, and the dialog stays. */
  onConfirm: () => Promise<unknown>;
  kind?: 'danger' | 'primary';
}

/** Asks before something is lost: `title` names it ("Delete the backup Photos?"), the lists say what goes and what stays. */
export const ConfirmDialog = onDemand<ConfirmDialogProps>(() => import('./confirm-window.tsx'));
