import type { ReactNode } from "react";

interface IconProps {
  readonly className?: string;
}

/** Sixteen by sixteen, strokes only, in the colour of the text around. Icons never speak alone: the words stand beside. */
const icon = (name: string, paths: ReactNode) => {
  const Icon = ({ className = "size-4" }: IconProps) => (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${className}`}
    >
      {paths}
    </svg>
  );
  Icon.displayName = `${name}Icon`;
  return Icon;
};

export const OverviewIcon = icon("Overview", <path d="M2.5 2.5h11v4h-11zM2.5 9.5h4.5v4H2.5zM10 9.5h3.5v4H10z" />);
export const SqlIcon = icon("Sql", <path d="M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3" />);
export const OperationsIcon = icon("Operations", <path d="M3 4h1M3 8h1M3 12h1M6.5 4H13M6.5 8H13M6.5 12H13" />);
export const DriftIcon = icon("Drift", <path d="M2 6c2-3 4 2 6 0s4-1 6-1M2 11h12" />);
export const SettingsIcon = icon(
  "Settings",
  <path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3" />,
);
export const CopyIcon = icon("Copy", <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />);
export const CheckIcon = icon("Check", <path d="M3 8.5l3.2 3.2L13 5" />);
export const PlusIcon = icon("Plus", <path d="M8 3v10M3 8h10" />);
export const MenuIcon = icon("Menu", <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />);
export const CloseIcon = icon("Close", <path d="M4 4l8 8M12 4l-8 8" />);
export const EyeIcon = icon(
  "Eye",
  <>
    <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z" />
    <circle cx="8" cy="8" r="1.75" />
  </>,
);
export const ThemeIcon = icon(
  "Theme",
  <>
    <circle cx="8" cy="8" r="5.5" />
    <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" />
  </>,
);
export const ArrowIcon = icon("Arrow", <path d="M3 8h10M9 4l4 4-4 4" />);
export const WarningIcon = icon("Warning", <path d="M8 2.5l6.2 11H1.8zM8 6.5v3.2M8 11.7v.1" />);
