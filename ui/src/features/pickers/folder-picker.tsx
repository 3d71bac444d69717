import { onDemand } from '../../components/on-demand.tsx';

export interface FolderPickerProps {
  open: boolean;
  title: string;
  /** Comes into sight and is marked when the dialog opens. */
  start?: string | undefined;
  /** Says what choosing means: "Back up this folder". */
  action?: string;
  onPick: (path: string) => void;
  onClose: () => void;
}

/** A dialog with the folders of this box as a tree: those inside the allowed paths, and no folders of the system. */
export const FolderPicker = onDemand<FolderPickerProps>(() => import('./folder-picker-window.tsx'));
