import type { Route } from "../../http/defineRoute.ts";
import { acceptDriftRoute } from "./acceptDrift.ts";
import { addMemberRoute } from "./addMember.ts";
import { applyPreviewRoute } from "./applyPreview.ts";
import { approvePreviewRoute } from "./approvePreview.ts";
import { approveProjectPreviewRoute } from "./approveProjectPreview.ts";
import { cancelOperationRoute } from "./cancelOperation.ts";
import { checkDriftRoute } from "./checkDrift.ts";
import { createAccessTokenRoute } from "./createAccessToken.ts";
import { createOrganizationRoute } from "./createOrganization.ts";
import { createProjectRoute } from "./createProject.ts";
import { deleteProjectRoute } from "./deleteProject.ts";
import { followOperationRoute } from "./followOperation.ts";
import { getApiKeysRoute } from "./getApiKeys.ts";
import { getBackupRoute } from "./getBackup.ts";
import { getDatabaseConnectionRoute } from "./getDatabaseConnection.ts";
import { getDriftRoute } from "./getDrift.ts";
import { getHealthRoute } from "./getHealth.ts";
import { getOperationRoute } from "./getOperation.ts";
import { getOrganizationRoute } from "./getOrganization.ts";
import { getPostgrestRoute } from "./getPostgrest.ts";
import { getPreviewRoute } from "./getPreview.ts";
import { getProjectRoute } from "./getProject.ts";
import { getProjectPreviewRoute } from "./getProjectPreview.ts";
import { getReadinessRoute } from "./getReadiness.ts";
import { getStackRoute } from "./getStack.ts";
import { listAccessTokensRoute } from "./listAccessTokens.ts";
import { listBackupsRoute } from "./listBackups.ts";
import { listMembersRoute } from "./listMembers.ts";
import { listOperationsRoute } from "./listOperations.ts";
import { listOrganizationsRoute } from "./listOrganizations.ts";
import { listProjectsRoute } from "./listProjects.ts";
import { listVersionsRoute } from "./listVersions.ts";
import { pauseProjectRoute } from "./pauseProject.ts";
import { previewNewProjectRoute } from "./previewNewProject.ts";
import { previewProjectRoute } from "./previewProject.ts";
import { removeMemberRoute } from "./removeMember.ts";
import { repairDriftRoute } from "./repairDrift.ts";
import { restartServiceRoute } from "./restartService.ts";
import { restoreProjectRoute } from "./restoreProject.ts";
import { revokeAccessTokenRoute } from "./revokeAccessToken.ts";
import { runDatabaseQueryRoute } from "./runDatabaseQuery.ts";
import { setDatabasePasswordRoute } from "./setDatabasePassword.ts";
import { updateMemberRoute } from "./updateMember.ts";
import { updateOrganizationRoute } from "./updateOrganization.ts";
import { updateProjectRoute } from "./updateProject.ts";
import { withdrawApprovalRoute } from "./withdrawApproval.ts";
import { withdrawProjectApprovalRoute } from "./withdrawProjectApproval.ts";

/** Every route of the API. */
export const ROUTES: readonly Route[] = [
  createProjectRoute,
  listProjectsRoute,
  getProjectRoute,
  updateProjectRoute,
  deleteProjectRoute,
  pauseProjectRoute,
  restoreProjectRoute,
  getApiKeysRoute,
  getPostgrestRoute,
  getDatabaseConnectionRoute,
  setDatabasePasswordRoute,
  runDatabaseQueryRoute,
  previewNewProjectRoute,
  getPreviewRoute,
  previewProjectRoute,
  getProjectPreviewRoute,
  approvePreviewRoute,
  withdrawApprovalRoute,
  approveProjectPreviewRoute,
  withdrawProjectApprovalRoute,
  applyPreviewRoute,
  checkDriftRoute,
  getDriftRoute,
  repairDriftRoute,
  acceptDriftRoute,
  getStackRoute,
  listVersionsRoute,
  restartServiceRoute,
  listOrganizationsRoute,
  createOrganizationRoute,
  getOrganizationRoute,
  updateOrganizationRoute,
  listMembersRoute,
  addMemberRoute,
  updateMemberRoute,
  removeMemberRoute,
  listOperationsRoute,
  getOperationRoute,
  followOperationRoute,
  cancelOperationRoute,
  listBackupsRoute,
  getBackupRoute,
  listAccessTokensRoute,
  createAccessTokenRoute,
  revokeAccessTokenRoute,
  getHealthRoute,
  getReadinessRoute,
];
